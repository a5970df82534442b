--[[
Callouts, `::: {.callout-note}`, for both renderers: Quarto's own need Bootstrap, which no page loads.
Other formats get what their renderer makes of them.
]]

local KINDS = {note = "Note", tip = "Tip", important = "Important", warning = "Warning", caution = "Caution"}

local function html(text)
  return pandoc.RawBlock("html", text)
end

local function callout(div)
  local kind
  for _, class in ipairs(div.classes) do
    kind = kind or class:match("^callout%-(%a+)$")
  end
  if not KINDS[kind] then return end
  local title = div.attributes.title and pandoc.Inlines(div.attributes.title)
  local content = div.content
  if not title and content[1] and content[1].t == "Header" then
    title = content[1].content
    content:remove(1)
  end
  title = title or pandoc.Inlines({pandoc.Str(KINDS[kind])})
  local collapse = div.attributes.collapse
  local outer, inner = "div", "p"
  local open = '<div class="callout callout-' .. kind .. '" role="note">'
  if collapse then
    outer, inner = "details", "summary"
    open = '<details class="callout callout-' .. kind .. '"' .. (collapse == "false" and " open" or "") .. ">"
  end
  local blocks = pandoc.Blocks({html(open), html("<" .. inner .. ' class="callout-title">'), pandoc.Plain(title),
    html("</" .. inner .. '><div class="callout-body">')})
  blocks:extend(content)
  blocks:insert(html("</div></" .. outer .. ">"))
  return blocks
end

return {
  {
    -- In a page of another language, its words come with the page.
    Meta = function(meta)
      for name, word in pairs(meta["float-words"] or {}) do
        if KINDS[name] then KINDS[name] = pandoc.utils.stringify(word) end
      end
    end,
  },
  {Div = function(div) if FORMAT:match("^html") then return callout(div) end end},
}
