using System.Text;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Machines;

/// <summary>Machines with a real sshd, the same as those of the other cloud: Azure hands the login's key on beside the custom data.</summary>
internal sealed class SshHost : IMachineHost, IAsyncDisposable
{
    private readonly SshMachines _machines = new();

    /// <summary>How many machines were started.</summary>
    public int Started => _machines.Started;

    public Task StartAsync(string id, string image, string address, string customData, IReadOnlyList<string> keys)
    {
        var data = new StringBuilder(customData);
        foreach (var key in keys) data.Append("      - \"").Append(key).Append("\"\n");
        return _machines.StartAsync(new(id, image, address, data.ToString(), null));
    }

    public Task StopAsync(string id, bool ended) => _machines.StopAsync(id, ended);

    public void Capture(string from, string to) => _machines.Capture(from, to);

    public ValueTask DisposeAsync() => _machines.DisposeAsync();
}
