namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Gives machines something that runs.</summary>
internal interface IMachineHost
{
    /// <summary>Starts a machine.</summary>
    /// <param name="id">Its disk's name.</param>
    /// <param name="image">What its disk is a copy of.</param>
    /// <param name="address">Where it is reached.</param>
    /// <param name="customData">What cloud-init reads.</param>
    /// <param name="keys">Who may log in.</param>
    Task StartAsync(string id, string image, string address, string customData, IReadOnlyList<string> keys);

    /// <summary>Stops or ends it; its disk stays until it has ended.</summary>
    Task StopAsync(string id, bool ended);

    /// <summary>Copies a disk.</summary>
    void Capture(string from, string to);
}
