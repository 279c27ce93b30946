using System.Reflection;

namespace ImageOperator.Architecture.Tests;

/// <summary>The rules as functions, so that a test can show that each of them is able to fail.</summary>
internal static class Rules
{
    /// <summary>Whom a project may refer to; the last part of a pattern may be a star.</summary>
    private static readonly (string From, string[] To)[] Arrows =
    [
        ("Api", []),
        ("Runtime", []),
        ("Telemetry", []),
        ("Controller", ["Api", "Runtime", "Telemetry"]),
        ("Engine", ["Api"]),
        ("Downloads", ["Api", "Engine"]),
        ("Registries", ["Api", "Engine", "Downloads"]),
        ("Workspaces", ["Api", "Engine", "Downloads", "Registries"]),
        ("Publishing", ["Api", "Engine", "Downloads", "Registries"]),
        ("Platforms/*", ["Api", "Engine", "Downloads"]),
        ("Communicators/*", ["Api", "Engine"]),
        ("Provisioners", ["Api", "Engine"]),
        ("Builder", ["Api", "Engine", "Downloads", "Telemetry", "Platforms/*", "Communicators/*", "Provisioners", "Workspaces", "Publishing"]),
        ("Cli", ["Api", "Engine", "Platforms/*", "Communicators/*", "Provisioners", "Workspaces", "Publishing"]),
    ];

    private static readonly (string Package, string[] In)[] Packages =
    [
        ("KubernetesClient", ["Api", "Runtime", "Builder", "Cli"]),
        ("AWSSDK.Core", ["Platforms/Aws", "Publishing"]),
        ("AWSSDK.S3", ["Publishing"]),
        ("AWSSDK.EC2", ["Platforms/Aws"]),
        ("AWSSDK.KeyManagementService", ["Platforms/Aws"]),
        ("AWSSDK.SecurityToken", ["Platforms/Aws"]),
        ("AWSSDK.SimpleSystemsManagement", ["Platforms/Aws"]),
        ("Azure.Core", ["Platforms/Azure", "Publishing"]),
        ("Azure.ResourceManager", ["Platforms/Azure"]),
        ("Azure.ResourceManager.Compute", ["Platforms/Azure"]),
        ("Azure.Storage.Blobs", ["Publishing"]),
        ("Google.Apis.Auth", ["Platforms/Gcp", "Publishing"]),
        ("SSH.NET", ["Communicators/Ssh"]),
        ("BouncyCastle.Cryptography", ["Communicators/Ssh"]),
        ("YamlDotNet", ["Api", "Cli"]),
        ("System.CommandLine", ["Builder", "Cli", "Controller"]),
        ("Spectre.Console", ["Cli"]),
        ("Microsoft.Extensions.Hosting", ["Runtime", "Builder", "Cli"]),
        ("Microsoft.Extensions.Logging.Abstractions", ["*"]),
        ("OpenTelemetry.Extensions.Hosting", ["Telemetry"]),
        ("OpenTelemetry.Exporter.OpenTelemetryProtocol", ["Telemetry"]),
        ("OpenTelemetry.Exporter.Prometheus.AspNetCore", ["Controller"]),
        ("OpenTelemetry.Instrumentation.Runtime", ["Controller"]),
        ("Microsoft.CodeAnalysis.BannedApiAnalyzers", ["*"]),
    ];

    private static readonly string[] BannedEndings = ["Helper", "Helpers", "Util", "Utils", "Utilities", "Manager"];

    public static bool MayRefer(string from, string to) => Arrows.Where(a => Matches(a.From, from)).Any(a => a.To.Any(t => Matches(t, to)));

    public static bool MayUse(string project, string package) => Packages.Any(p => p.Package == package && p.In.Any(i => Matches(i, project)));

    /// <summary>What the field itself calls so: apt is a package manager.</summary>
    private static readonly string[] TermsOfTheField = ["PackageManager"];

    public static bool IsBannedName(string name) => !TermsOfTheField.Contains(name) && BannedEndings.Any(e => name.Split('`')[0].EndsWith(e, StringComparison.Ordinal));

    /// <summary>The namespace that a file's folder asks for; a platform's or kind's project has it from the tree.</summary>
    public static string NamespaceOf(string file)
    {
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        return "ImageOperator." + folder["operator/".Length..].Replace('/', '.');
    }

    /// <summary>Whether a class that nobody inherits from is open to it. Proxies are inherited from at run time.</summary>
    public static bool IsNeedlesslyOpen(Type type, ISet<Type> bases) =>
        type is { IsClass: true, IsAbstract: false, IsSealed: false } && !bases.Contains(type) && type.BaseType != typeof(DispatchProxy);

    public static IEnumerable<string> BannedTexts(string text) => BannedInFiles.Where(b => text.Contains(b, StringComparison.OrdinalIgnoreCase));

    /// <summary>In two parts, or this file itself would break the rule.</summary>
    private static readonly string[] BannedInFiles =
    [
        "../" + "shared", "/work/" + "shared", "api.nuget" + ".org", "www.nuget" + ".org", "registry.npmjs" + ".org", "pypi" + ".org", "proxy.golang" + ".org", "crates" + ".io",
    ];

    private static bool Matches(string pattern, string name) =>
        pattern == "*" || pattern == name || (pattern.EndsWith("/*", StringComparison.Ordinal) && name.StartsWith(pattern[..^1], StringComparison.Ordinal));
}
