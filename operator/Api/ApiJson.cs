using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageOperator.Api;

/// <summary>How the API's types are read and written outside the Kubernetes client: camelCase, nulls left out.</summary>
public static class ApiJson
{
    /// <summary>Ignores unknown fields: objects come from a server that has validated them.</summary>
    public static JsonSerializerOptions Options { get; } = Create(JsonUnmappedMemberHandling.Skip);

    /// <summary>Refuses unknown fields: files come from people.</summary>
    public static JsonSerializerOptions Strict { get; } = Create(JsonUnmappedMemberHandling.Disallow);

    private static JsonSerializerOptions Create(JsonUnmappedMemberHandling unmapped)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Names are what they are, as for the API server: http_proxy and HTTP_PROXY are two variables.
            PropertyNameCaseInsensitive = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = unmapped,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = false,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
