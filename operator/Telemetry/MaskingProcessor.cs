using System.Diagnostics;
using OpenTelemetry;

namespace ImageOperator.Telemetry;

/// <summary>Masks every text of a span before any exporter sees it: whoever writes an attribute cannot forget it.</summary>
internal sealed class MaskingProcessor(Func<string, string> mask) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.DisplayName = mask(data.DisplayName);
        foreach (var (key, value) in data.TagObjects.ToArray())
        {
            if (value is string text) data.SetTag(key, mask(text));
        }

        if (data.StatusDescription is { } description) data.SetStatus(data.Status, mask(description));
    }
}
