-- For a briefing as PDF or Word (profile `briefing`): tables as tables, first whose data these are, last their source,
-- and nothing of what a page folds. pandoc reads a table of HTML tag by tag; of the whole its own reader makes a table.
local WHOLE = { "table", "article", "p" }

local function html_of(block)
  return block.t == "RawBlock" and block.format == "html" and block.text or ""
end

-- What a reader of paper cannot follow: links to files that lie beside the page on the site.
local function without_files(blocks)
  return blocks:walk({
    Link = function(link)
      return link.target:match("%.csv$") and {} or nil
    end,
  })
end

local function read_whole(blocks)
  return without_files(pandoc.read(pandoc.write(pandoc.Pandoc(blocks), "html"), "html").blocks)
end

local function gather(blocks)
  local kept, part, ends, folded = pandoc.List(), nil, nil, 0
  for _, block in ipairs(blocks) do
    local text = html_of(block)
    if text:match("^<details") then
      folded = folded + 1
    end
    if folded == 0 and not part then
      for _, name in ipairs(WHOLE) do
        if text:match("^<" .. name .. "[ >]") then
          part, ends = pandoc.Blocks({}), "</" .. name .. ">"
        end
      end
    end
    if folded == 0 then
      (part or kept):insert(block)
    end
    if part and text:find(ends, 1, true) then
      kept:extend(read_whole(part))
      part = nil
    end
    if text:match("</details>%s*$") and folded > 0 then
      folded = folded - 1
    end
  end
  return kept
end

local function read_part(name)
  local folder = quarto and quarto.project.directory or "."
  local file = io.open(folder .. "/_generated/" .. name, "r")
  if not file then
    return pandoc.Blocks({})
  end
  local text = file:read("a")
  file:close()
  -- Buttons are for a screen.
  return pandoc.read(text:gsub("<details.*</details>", ""), "html").blocks
end

function Pandoc(page)
  local shown = page:walk({ Blocks = gather })
  shown.blocks = read_part("banner.html") .. shown.blocks .. read_part("footer.html")
  return shown
end
