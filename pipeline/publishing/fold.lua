-- Folds each section that follows a heading of those which a page's front matter lists under `fold-after`, and each
-- whose heading has the class `folded`.
-- Both publishers use it. The heading goes into the summary, so that links to it and the outline still find it.
function Pandoc(page)
  local after = {}
  for _, heading in ipairs(page.meta["fold-after"] or {}) do
    after[pandoc.utils.stringify(heading)] = true
  end
  local folding, open, blocks = false, false, pandoc.List()
  for _, block in ipairs(page.blocks) do
    if block.t == "Header" and block.level <= 2 then
      if open then
        blocks:insert(pandoc.RawBlock("html", "</details>"))
        open = false
      end
      local folded = block.level == 2 and (folding or block.classes:includes("folded"))
      folding = folding or after[pandoc.utils.stringify(block)]
      if folded then
        local words = pandoc.write(pandoc.Pandoc({ pandoc.Plain(block.content) }), "html")
        local heading = '<h2 id="' .. block.identifier .. '">' .. words .. "</h2>"
        block = pandoc.RawBlock("html", '<details class="part"><summary>' .. heading .. "</summary>")
        open = true
      end
    end
    blocks:insert(block)
  end
  if open then
    blocks:insert(pandoc.RawBlock("html", "</details>"))
  end
  page.blocks = blocks
  return page
end
