using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Pod;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Probe;

/// <summary><c>image-builder probe</c>: says whether a platform can be used. It talks to no API server; its result is the termination message.</summary>
internal sealed class ProbeCommand(string platform, string? strays, IReadOnlyList<IPlatformProbe> probes, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public string Credentials { get; init; } = PodPaths.Credentials;

    public string Cache { get; init; } = PodPaths.Cache;

    public async Task<BuilderExitCode> RunAsync(CancellationToken stopping)
    {
        var result = await ProbeAsync(stopping).ConfigureAwait(false);
        var text = result.Write();
        await Console.Out.WriteLineAsync(text).ConfigureAwait(false);
        TerminationMessage.Write(text);
        return result.Outcome == ProbeOutcome.Works ? BuilderExitCode.Success : BuilderExitCode.Failed;
    }

    internal async Task<ProbeResult> ProbeAsync(CancellationToken stopping)
    {
        if (Read<ImagePlatformSpec>(platform) is not { } spec) return Failed($"{ProbeResult.PlatformOption} does not hold a platform's spec");
        if (probes.FirstOrDefault(p => p.Supports(spec)) is not { } probe) return Failed($"this image-builder knows no {PlatformBlocks.Of(spec) ?? "such platform"}: is it older than the operator?");
        using var limit = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            return await probe.ProbeAsync(new() { Platform = spec, Credentials = Credentials, Cache = Cache, Strays = Read<StrayOrder>(strays), Time = time }, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Failed(stopping.IsCancellationRequested ? "the probe was stopped" : $"there was no answer within {Limit.TotalMinutes:0} minutes: is the endpoint reachable from the pod (network policies, proxies)?");
        }
    }

    private static T? Read<T>(string? text) where T : class
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<T>(text, ApiJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ProbeResult Failed(string message) => new() { Outcome = ProbeOutcome.Failed, Message = message };
}
