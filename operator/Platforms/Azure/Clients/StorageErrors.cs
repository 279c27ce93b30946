using System.Xml;
using System.Xml.Linq;
using Azure;
using Azure.Core;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>Reads what a storage account says of an error: its code in a header, its words as XML, which the answer to a HEAD lacks.</summary>
internal sealed class StorageErrors : RequestFailedDetailsParser
{
    public static readonly StorageErrors Parser = new();

    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        (error, data) = (null, null);
        if (!response.Headers.TryGetValue("x-ms-error-code", out var code)) return false;
        error = new ResponseError(code, Words(response) ?? $"the storage answered {response.Status}");
        return true;
    }

    private static string? Words(Response response)
    {
        try
        {
            // Its further lines are the request's ID and the time.
            return response.Content is { } body && !body.ToMemory().IsEmpty ? XDocument.Load(body.ToStream()).Root?.Element("Message")?.Value.Split('\n')[0].Trim() : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
