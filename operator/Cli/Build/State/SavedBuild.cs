using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Cli.Build.State;

/// <summary>A build as its state folder keeps it: all that a later sweep needs, and no secret.</summary>
internal sealed record SavedBuild
{
    public required string Uid { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>What becomes of the other targets when one fails.</summary>
    public OtherTargets OtherTargets { get; init; }

    /// <summary>The values of parameters that are not sensitive.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    public required string Workspace { get; init; }

    public required string Cache { get; init; }

    public required string Downloads { get; init; }

    public required ImageTemplateSpec Template { get; init; }

    /// <summary>The target's identity.</summary>
    public BuildIdentity Identity(string target, int attempt) => new(Uid, Namespace, Name, target, attempt);

    public void WriteTo(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options));

    /// <exception cref="JsonException">The file is not whole.</exception>
    public static SavedBuild Read(string path) =>
        JsonSerializer.Deserialize<SavedBuild>(File.ReadAllBytes(path), ApiJson.Options) ?? throw new JsonException("the file is empty");
}
