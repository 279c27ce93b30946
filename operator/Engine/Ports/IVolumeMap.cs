namespace ImageOperator.Engine.Ports;

/// <summary>Where the volumes that a spec names stand in this process's file system.</summary>
public interface IVolumeMap
{
    /// <summary>A path on the node: in a pod below a mount, with imagectl the path itself.</summary>
    string MapHostPath(VolumeUse use, string path);

    /// <summary>A path on a claim's volume.</summary>
    /// <exception cref="Failures.PlatformException">There are no claims here (imagectl).</exception>
    string MapClaim(VolumeUse use, string claimName, string path);
}

/// <summary>What a volume is used for; a pod mounts one of each.</summary>
public enum VolumeUse
{
    /// <summary>It holds the source image.</summary>
    Source,

    /// <summary>It takes the result.</summary>
    Output,
}
