using ImageOperator.Api.Protocol;
using ImageOperator.Cli.Hosting;
using k8s.Autorest;

namespace ImageOperator.Cli.Resume;

/// <summary><c>imagectl resume</c>.</summary>
internal sealed class ResumeAction(CliContext context, ResumeChoice choice, string stateFolder, ClusterChoice where)
{
    private const int MostTries = 10;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var said = where.IsGiven ? [] : await new RunningBuilds(stateFolder, choice).SayAsync(cancellationToken).ConfigureAwait(false);
            if (said.Count == 0) said = await SayInClusterAsync(cancellationToken).ConfigureAwait(false);
            foreach (var at in said) await context.Out.WriteLineAsync(choice.Said(at)).ConfigureAwait(false);
            return ExitCodes.Success;
        }
        catch (ResumeException e)
        {
            return await FailAsync(e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpOperationException or HttpRequestException)
        {
            return await FailAsync(BuildCluster.Message(e)).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<(string Target, string Step)>> SayInClusterAsync(CancellationToken cancellationToken)
    {
        using var cluster = Connect();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var build = await cluster.FindBuildAsync(choice.Build, cancellationToken).ConfigureAwait(false)
                ?? throw new ResumeException($"there is no ImageBuild {choice.Build} in namespace {cluster.Namespace}{(where.IsGiven ? "" : $", and no build of that name runs on this machine (state in {stateFolder})")}");
            if (build.Status?.CompletionTime is not null) throw new ResumeException($"ImageBuild {choice.Build} has ended");
            var said = choice.Among([.. build.Status?.Targets ?? []]);
            var before = build.Metadata.Annotations is { } all && all.TryGetValue(Labels.Resume, out var text) ? text : null;
            var orders = ResumeOrders.Add(before, said.Select(at => ResumeOrders.Write(at.Target, at.Step, choice.Stop)));
            if (await cluster.TryAnnotateAsync(build, Labels.Resume, orders, cancellationToken).ConfigureAwait(false)) return said;
        }

        throw new ResumeException($"ImageBuild {choice.Build} changes too fast: try again");
    }

    private BuildCluster Connect()
    {
        try
        {
            return BuildCluster.Connect(context.Environment, where);
        }
        catch (UsageException e) when (!where.IsGiven)
        {
            throw new ResumeException($"no build {choice.Build} runs on this machine (state in {stateFolder}), and {e.Message}");
        }
    }

    private async Task<int> FailAsync(string message)
    {
        await context.Error.WriteLineAsync($"imagectl: {message}").ConfigureAwait(false);
        return ExitCodes.Failed;
    }
}
