using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.SelfTest;

/// <summary><c>image-operator selftest</c>: what <c>helm test</c> runs.</summary>
internal static class SelfTestCommand
{
    public const string Name = "selftest";

    private const int Failed = 1;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = SelfTestOptions.Read(arguments);
        var services = new ServiceCollection().AddLogging().AddControllerRuntime(o =>
        {
            o.Name = "image-operator-selftest";
            o.KubeconfigPath = options.Kubeconfig;
            o.LeaderElection.Enabled = false;
        }).BuildServiceProvider();
        await using var _ = services.ConfigureAwait(false);
        try
        {
            await new SelfTestRun(services.GetRequiredService<IClient>(), options, TimeProvider.System, Console.Out).RunAsync(CancellationToken.None).ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (e is ApiException or InvalidOperationException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"failed: {e.Message}").ConfigureAwait(false);
            return Failed;
        }
    }
}
