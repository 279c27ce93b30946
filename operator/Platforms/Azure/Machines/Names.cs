using System.Text.Json;
using ImageOperator.Api;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>Azure's words for choices of the API, which are its words in manifests, too.</summary>
internal static class Names
{
    public static string Of<T>(T choice) where T : struct, Enum => JsonSerializer.SerializeToElement(choice, ApiJson.Options).GetString()!;
}
