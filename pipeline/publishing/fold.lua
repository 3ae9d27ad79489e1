-- Folds each section that follows a heading of those which a page's front matter lists under `fold-after`, and each
-- whose heading has the class `folded`. One of the class `gathered` holds all that follows, each section folded in it.
-- Both publishers use it. The heading goes into the summary, so that links to it and the outline still find it.
function Pandoc(page)
  local after = {}
  for _, heading in ipairs(page.meta["fold-after"] or {}) do
    after[pandoc.utils.stringify(heading)] = true
  end
  local folding, open, gathered, blocks = false, false, false, pandoc.List()
  for _, block in ipairs(page.blocks) do
    if block.t == "Header" and block.level <= 2 then
      if open then
        blocks:insert(pandoc.RawBlock("html", "</details>"))
        open = false
      end
      local gathers = block.classes:includes("gathered")
      local folded = block.level == 2 and (folding or gathers or block.classes:includes("folded"))
      folding = folding or gathers or after[pandoc.utils.stringify(block)]
      if folded then
        local words = pandoc.write(pandoc.Pandoc({ pandoc.Plain(block.content) }), "html")
        local heading = '<h2 id="' .. block.identifier .. '">' .. words .. "</h2>"
        local class = gathers and "part gathered" or "part"
        block = pandoc.RawBlock("html", '<details class="' .. class .. '"><summary>' .. heading .. "</summary>")
        gathered, open = gathered or gathers, not gathers
      end
    end
    blocks:insert(block)
  end
  for _, is_open in ipairs({ open, gathered }) do
    if is_open then
      blocks:insert(pandoc.RawBlock("html", "</details>"))
    end
  end
  page.blocks = blocks
  return page
end
