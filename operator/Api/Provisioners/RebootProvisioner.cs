using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Boots the machine anew and goes on when it has: told by the kernel's boot ID, not by a broken connection.</summary>
public sealed record RebootProvisioner : IChecked
{
    /// <summary>When to reboot.</summary>
    public RebootCondition When { get; init; } = RebootCondition.Always;

    /// <summary>What reboots the machine, as root. Unset: <c>reboot</c>, by sudo where the login user is not root.</summary>
    [Bounds(Min = 1, Max = 1024)]
    public string? Command { get; init; }

    /// <summary>How long the machine may take until commands can be run again.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration ReconnectTimeout { get; init; } = Duration.FromMinutes(10);

    void IChecked.Check(ErrorList errors, string path) => DurationRules.Positive(errors, ReconnectTimeout, $"{path}.reconnectTimeout");
}

/// <summary>When to reboot.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RebootCondition>))]
public enum RebootCondition
{
    /// <summary>In any case.</summary>
    Always,

    /// <summary>When the system says so: /run/reboot-required, or needs-restarting -r, or zypper needs-rebooting.</summary>
    IfRequired,
}
