using System.Text.Json;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Client;

public sealed class RuntimeJsonTests
{
    [Fact]
    public void Serialize_CustomResource_WritesNamesAndNoNulls()
    {
        var spec = new WidgetSpec
        {
            Shade = Shade.DarkRed,
            Fit = Fit.Tight,
            Free = JsonSerializer.Deserialize<JsonElement>("""{"a":[1,null,{"b":true}]}"""),
            Span = new(5),
        };
        var json = JsonSerializer.Serialize(spec, RuntimeJson.Options);
        Assert.Equal("""{"shade":"dark-red","fit":"Tight","free":{"a":[1,null,{"b":true}]},"span":"5m"}""", json);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<WidgetSpec>(json, RuntimeJson.Options), RuntimeJson.Options));
    }

    [Fact]
    public void Serialize_Times_AsTheServerReadsThem()
    {
        var time = new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);
        Assert.Equal("""{"renewTime":"2026-01-02T03:04:05.678000Z"}""", JsonSerializer.Serialize(new V1LeaseSpec { RenewTime = time }, RuntimeJson.Options));
        Assert.Contains("\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"", JsonSerializer.Serialize(new V1Condition { LastTransitionTime = time, Message = "", Reason = "R", Status = "True", Type = "T" }, RuntimeJson.Options), StringComparison.Ordinal);
        Assert.Equal(time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)), JsonSerializer.Deserialize<V1Condition>("""{"lastTransitionTime":"2026-01-02T03:04:05Z"}""", RuntimeJson.Options)!.LastTransitionTime);
    }

    [Fact]
    public void Deserialize_MissingRequiredMember_DoesNotThrow() =>
        Assert.Null(JsonSerializer.Deserialize<WidgetTarget>("{}", RuntimeJson.Options)!.Name);
}
