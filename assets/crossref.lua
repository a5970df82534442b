--[[
What Quarto does to a page and Pandoc alone does not: numbered figures and tables, cross-references, folded code, in
Quarto's own elements and classes. Runs citeproc itself, after the cross-references.
]]

local LABELS = {fig = "Figure", tbl = "Table"}
local NBSP = "\u{00A0}"

local numbers, kinds, sections = {}, {fig = 0, tbl = 0}, {}
local final = {traverse = "topdown"}  -- the last walk; its handlers stand below

local function prefix(id)
  return id:lower():match("^(%a+)%-")
end

local function html(text)
  return pandoc.RawBlock("html", text)
end

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

-- Captions written as `: Text {#tbl-x}` where the reader left the attributes in the text.
local function label_in_caption(tbl)
  local last = tbl.caption.long[#tbl.caption.long]
  if tbl.identifier ~= "" or not last or not last.content then return end
  local inlines = last.content
  local final = inlines[#inlines]
  local id = final and final.t == "Str" and final.text:match("^{#(tbl%-[%w_-]+)}$")
  if id then
    inlines:remove()
    if #inlines > 0 and inlines[#inlines].t == "Space" then inlines:remove() end
    tbl.identifier = id
  end
end

local function count(id)
  local kind = prefix(id)
  if LABELS[kind] and not numbers[id] then
    kinds[kind] = kinds[kind] + 1
    numbers[id] = kinds[kind]
  end
end

-- First walk: number everything in the order of the page.
local function collect(doc)
  doc:walk({
    traverse = "topdown",
    Div = function(div) if div.identifier ~= "" then count(div.identifier) end end,
    Figure = function(fig) if fig.identifier ~= "" then count(fig.identifier) end end,
    Table = function(tbl)
      label_in_caption(tbl)
      if tbl.identifier ~= "" then count(tbl.identifier) end
    end,
    Header = function(header)
      if prefix(header.identifier) == "sec" then sections[header.identifier] = header.content end
    end,
  })
end

local function image(img)
  local alt = img.attributes["fig-alt"] or img.attributes["alt"]
  if alt then
    img.caption = {pandoc.Str(alt)}
    img.attributes["fig-alt"], img.attributes["alt"] = nil, nil
  end
  return img
end

-- Widths come from how long the source's lines are, not from a wish of the author: let the browser lay out.
local function bare_table(tbl)
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = {spec[1], nil} end
  return tbl
end

-- One figure element for every figure and every numbered table.
local function float(id, kind, content, caption, classes)
  local class = "quarto-float quarto-float-" .. kind
  local blocks = pandoc.Blocks({html("<div" .. (id ~= "" and ' id="' .. escape(id) .. '"' or "") .. ' class="quarto-float' .. (classes or "") .. '">'),
    html('<figure class="' .. class .. '">')})
  local said, described = pandoc.Blocks({}), ""
  if #caption > 0 or numbers[id] then
    local inlines = pandoc.Inlines({})
    if numbers[id] then inlines:extend({pandoc.Str(LABELS[kind] .. NBSP .. numbers[id] .. ":"), pandoc.Space()}) end
    inlines:extend(caption)
    local named = ""
    if id ~= "" then
      named = ' id="' .. escape(id) .. '-caption"'
      described = ' aria-describedby="' .. escape(id) .. '-caption"'
    end
    said = pandoc.Blocks({html('<figcaption class="quarto-float-caption ' .. class .. '"' .. named .. ">"), pandoc.Plain(inlines), html("</figcaption>")})
  end
  local body = pandoc.Blocks({})
  for _, block in ipairs(content) do
    if block.t == "Table" then
      block.caption = {long = {}, short = nil}
      block.identifier = ""
      body:insert(bare_table(block))
    else
      body:extend(pandoc.Blocks({block}):walk(final))
    end
  end
  if kind == "tbl" then blocks:extend(said) end
  blocks:insert(html("<div" .. described .. ">"))
  blocks:extend(body)
  blocks:insert(html("</div>"))
  if kind ~= "tbl" then blocks:extend(said) end
  blocks:insert(html("</figure></div>"))
  return blocks
end

local function flatten(blocks)
  return pandoc.utils.blocks_to_inlines(blocks, {pandoc.Space()})
end

local function float_div(div)
  local kind = prefix(div.identifier) or "fig"
  local content, caption = pandoc.Blocks({}), pandoc.Inlines({})
  for _, block in ipairs(div.content) do
    if block.t == "Div" and block.classes:includes("review-caption") then
      caption = flatten(block.content)
    elseif block.t == "Table" and #caption == 0 and #block.caption.long > 0 then
      caption = flatten(block.caption.long)
      content:insert(block)
    else
      content:insert(block)
    end
  end
  if not div.classes:includes("review-float") and #caption == 0 and #content > 1 and content[#content].t == "Para" then
    caption = content[#content].content  -- Quarto: the last paragraph of the div is the caption
    content:remove()
  end
  local classes = ""
  for _, class in ipairs(div.classes) do
    if class ~= "review-float" then classes = classes .. " " .. escape(class) end
  end
  return float(div.identifier, kind, content, caption, classes)
end

local function div(element)
  local kind = prefix(element.identifier)
  if element.classes:includes("review-float") or LABELS[kind] then return float_div(element), false end
  local format = element.attributes["when-format"]
  if element.classes:includes("content-hidden") and (not format or format:match("^html")) then return {} end
  if element.classes:includes("content-visible") and format and not format:match("^html") then return {} end
end

local function figure(fig)
  return float(fig.identifier, "fig", fig.content, flatten(fig.caption.long)), false
end

local function plain_table(tbl)
  if prefix(tbl.identifier) == "tbl" then
    return float(tbl.identifier, "tbl", {tbl}, flatten(tbl.caption.long)), false
  end
  return bare_table(tbl), false
end

local function code(block)
  local fold = block.attributes["code-fold"]
  local summary = block.attributes["code-summary"] or "Code"
  block.attributes = {}
  if not fold then return {block}, false end
  local open = fold == "show" and " open" or ""
  return {html('<details class="code-fold"' .. open .. "><summary>" .. escape(summary) .. "</summary>"), block, html("</details>")}, false
end

-- Text that begins like an address, such as "doi:10.1000/1", is none that a browser can open, and Quarto makes it no link.
local function link(element)
  if element.target:match("^doi:") then return element.content end
end

local function reference(id, bare)
  local kind = prefix(id)
  local key = kind .. id:sub(#kind + 1)
  if numbers[key] then
    local text = tostring(numbers[key])
    if not bare then text = LABELS[kind] .. NBSP .. text end
    return pandoc.Link({pandoc.Str(text)}, "#" .. key, "", {class = "quarto-xref"})
  elseif sections[key] then
    return pandoc.Link(sections[key], "#" .. key, "", {class = "quarto-xref"})
  end
  return pandoc.Strong({pandoc.Span({pandoc.Str("?@" .. id)}, {class = "quarto-unresolved-ref"})})
end

local function cite(element)
  local out = pandoc.Inlines({})
  for i, citation in ipairs(element.citations) do
    local kind = prefix(citation.id)
    if not (LABELS[kind] or kind == "sec" or kind == "eq") then return end
    if i > 1 then out:extend({pandoc.Str(","), pandoc.Space()}) end
    if #citation.prefix > 0 then
      out:extend(citation.prefix)
      out:insert(pandoc.Space())
    end
    out:insert(reference(citation.id, citation.mode == "SuppressAuthor" or #citation.prefix > 0))
    out:extend(citation.suffix)
  end
  return out
end

function Pandoc(doc)
  -- In a page of another language, its words come with the page.
  for name, word in pairs(doc.meta["float-words"] or {}) do
    if LABELS[name] then LABELS[name] = pandoc.utils.stringify(word) end
  end
  -- Labels in captions must be found before numbering, and walk() hands out copies.
  doc = doc:walk({Table = function(tbl) label_in_caption(tbl) return tbl end})
  collect(doc)
  -- Bottom up first: images, references, code; then floats and tables, which must not meet twice.
  doc = doc:walk({Image = image, Cite = cite, CodeBlock = code, Link = link})
  doc = pandoc.utils.citeproc(doc)
  final.Div, final.Figure, final.Table = div, figure, plain_table
  -- The title is the only top heading; citeproc puts "References" beside it.
  final.Header = function(header)
    if header.identifier == "bibliography" then header.level = 2 end
    return header
  end
  return doc:walk(final)
end
