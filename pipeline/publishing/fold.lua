-- Folds each section that follows the heading which a page's front matter names under `fold-after`.
-- Both publishers use it. The heading goes into the summary, so that links to it and the outline still find it.
function Pandoc(page)
  local after = page.meta["fold-after"] and pandoc.utils.stringify(page.meta["fold-after"])
  local folding, open, blocks = false, false, pandoc.List()
  for _, block in ipairs(page.blocks) do
    if block.t == "Header" and block.level <= 2 then
      if open then
        blocks:insert(pandoc.RawBlock("html", "</details>"))
        open = false
      end
      if folding and block.level == 2 then
        local words = pandoc.write(pandoc.Pandoc({ pandoc.Plain(block.content) }), "html")
        local heading = '<h2 id="' .. block.identifier .. '">' .. words .. "</h2>"
        block = pandoc.RawBlock("html", '<details class="part"><summary>' .. heading .. "</summary>")
        open = true
      end
      folding = folding or (block.t == "Header" and pandoc.utils.stringify(block) == after)
    end
    blocks:insert(block)
  end
  if open then
    blocks:insert(pandoc.RawBlock("html", "</details>"))
  end
  page.blocks = blocks
  return page
end
