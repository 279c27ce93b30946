namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>Gives instances something that runs.</summary>
internal interface IInstanceHost
{
    /// <summary>Starts an instance.</summary>
    Task StartAsync(InstanceBoot boot);

    /// <summary>Whether its guest was told to power off.</summary>
    bool HasPoweredOff(string id) => false;

    /// <summary>Stops or ends it; its disk stays until it has ended.</summary>
    Task StopAsync(string id, bool ended);

    /// <summary>Gives a machine that runs a further disk, made of an image.</summary>
    Task AttachAsync(string id, string device, string image) => Task.CompletedTask;

    /// <summary>Makes an AMI of an instance's disk, or of another AMI.</summary>
    void Capture(string from, string image);
}

/// <summary>An instance that was asked for.</summary>
internal sealed record InstanceBoot(string Id, string Image, string Address, string UserData, string? PrivateKey);
