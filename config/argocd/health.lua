-- The health of ImageOperator's kinds in Argo CD, by the conditions that docs/spec lists. The same for every kind.
local hs = { status = "Progressing", message = "image-operator has not seen it yet" }
if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "being deleted"
  return hs
end
if obj.status == nil or obj.status.conditions == nil then
  return hs
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  hs.message = "image-operator has not seen the latest change yet"
  return hs
end
local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  if condition.status == "True" then
    conditions[condition.type] = condition
  end
end
if conditions.Stalled ~= nil then
  hs.status = "Degraded"
  hs.message = conditions.Stalled.reason .. ": " .. (conditions.Stalled.message or "")
elseif conditions.Reconciling ~= nil then
  if conditions.Reconciling.reason == "TemplateSuspended" then
    hs.status = "Suspended"
  end
  hs.message = conditions.Reconciling.message or ""
elseif conditions.Ready ~= nil then
  hs.status = "Healthy"
  if obj.spec ~= nil and obj.spec.suspend then
    hs.status = "Suspended"
  end
  hs.message = conditions.Ready.message or ""
end
return hs
