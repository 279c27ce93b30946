using System.Text.Json.Serialization;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Evaluates (and, where asked, remediates) a profile of a SCAP content.</summary>
[Choice(Allowed.ExactlyOne, "content", "contentFile")]
public sealed record OpenscapProvisioner : IChecked
{
    /// <summary>The data stream or XCCDF file on the machine: <c>/usr/share/xml/scap/ssg/content/ssg-debian12-ds.xml</c>.</summary>
    [Bounds(Min = 1, Max = 4096)]
    public string? Content { get; init; }

    /// <summary>The data stream or XCCDF file in the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? ContentFile { get; init; }

    /// <summary>The profile: its ID, or the end of it that no other has.</summary>
    [Bounds(Min = 1, Max = 256)]
    [Pattern("^[^-].*$")]
    public required string Profile { get; init; }

    /// <summary>A tailoring file of the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? TailoringFile { get; init; }

    /// <summary>Run the content's fixes for rules that fail; what holds afterwards counts.</summary>
    public bool Remediate { get; init; }

    /// <summary>Let the content fetch what it refers to (vendors' vulnerability lists).</summary>
    public bool FetchRemoteResources { get; init; }

    /// <summary>When the step fails. Unset: never for what is found; it only reports.</summary>
    public OpenscapGate? Gate { get; init; }

    /// <summary>Install the scanner if it is not there; by default the package openscap-scanner.</summary>
    public ToolInstaller? Installer { get; init; }

    void IChecked.Check(ErrorList errors, string path)
    {
        PathRules.OnMachine(errors, Content, $"{path}.content");
        PathRules.Inside(errors, ContentFile, $"{path}.contentFile", "the workspace");
        PathRules.Inside(errors, TailoringFile, $"{path}.tailoringFile", "the workspace");
        Installer?.Check(errors, $"{path}.installer");
    }
}

/// <summary>When a scan fails the step.</summary>
[Choice(Allowed.AtLeastOne, "minScore", "maxFailed", "severities")]
public sealed record OpenscapGate
{
    /// <summary>The least score, in per cent of the content's best.</summary>
    [Bounds(Min = 0, Max = 100)]
    public int? MinScore { get; init; }

    /// <summary>How many rules may fail.</summary>
    [Bounds(Min = 0)]
    public int? MaxFailed { get; init; }

    /// <summary>Severities of which no rule may fail.</summary>
    [Bounds(Min = 1, Max = 4)]
    public IReadOnlyList<ScapSeverity>? Severities { get; init; }
}

/// <summary>How much a rule matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScapSeverity>))]
public enum ScapSeverity
{
    /// <summary>Not said.</summary>
    Unknown,

    /// <summary>Low.</summary>
    Low,

    /// <summary>Medium.</summary>
    Medium,

    /// <summary>High.</summary>
    High,
}
