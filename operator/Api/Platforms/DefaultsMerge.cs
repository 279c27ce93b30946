using System.Text.Json.Nodes;

namespace ImageOperator.Api.Platforms;

/// <summary>
/// How defaults come into what someone wrote: what is written wins; maps and objects are merged, field by field; lists are taken whole.
/// </summary>
public static class DefaultsMerge
{
    /// <summary>Fills what is unset.</summary>
    /// <param name="own">What was written; it is changed.</param>
    /// <param name="defaults">What holds where nothing was written.</param>
    public static void Fill(JsonObject own, JsonObject defaults)
    {
        foreach (var (name, value) in defaults)
        {
            if (value is null) continue;
            switch (own[name])
            {
                // An empty list says nothing: the API server cannot tell it from an unset one either.
                case null or JsonArray { Count: 0 }:
                    own[name] = value.DeepClone();
                    break;
                case JsonObject written when value is JsonObject more:
                    Fill(written, more);
                    break;
            }
        }
    }
}
