using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>Reads in each answer how many more calls Azure would take now: of the subscription, and of the provider's own limits.</summary>
internal sealed class RateWatch(Action<int> tell) : HttpPipelineSynchronousPolicy
{
    private const string OfSubscription = "x-ms-ratelimit-remaining-subscription-";
    private const string OfProvider = "x-ms-ratelimit-remaining-resource";

    public override void OnReceivedResponse(HttpMessage message)
    {
        // One that was throttled says by itself when to come again.
        if (!message.HasResponse || message.Response.Status == 429) return;
        foreach (var header in message.Response.Headers)
        {
            if (Remaining(header) is { } left) tell(left);
        }
    }

    /// <summary>Of the provider's there are several: <c>Microsoft.Compute/PutVM3Min;19,Microsoft.Compute/PutVM30Min;99</c>.</summary>
    private static int? Remaining(HttpHeader header)
    {
        if (header.Name.StartsWith(OfSubscription, StringComparison.OrdinalIgnoreCase)) return Number(header.Value);
        return header.Name.Equals(OfProvider, StringComparison.OrdinalIgnoreCase) ? header.Value.Split(',').Min(part => Number(part.Split(';')[^1])) : null;
    }

    private static int? Number(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
