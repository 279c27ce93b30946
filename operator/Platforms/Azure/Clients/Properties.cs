namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>The properties of our ledger entries.</summary>
internal static class Properties
{
    /// <summary>A machine's ID.</summary>
    public const string Machine = "machine";

    /// <summary>The ID of a machine's system disk.</summary>
    public const string Disk = "disk";

    /// <summary>The IDs of a machine's data disks, one line each.</summary>
    public const string DataDisks = "dataDisks";
}

/// <summary>The keys of our ledger entries that outlive machines.</summary>
internal static class Keys
{
    /// <summary>The snapshot of the build machine's disk, which all results are made of.</summary>
    public const string Captured = "image";
    public const string ManagedImage = "image/managed";
    public const string Definition = "image/definition";
    public const string Version = "image/version";

    /// <summary>That the snapshot can be read by who has its address.</summary>
    public const string Access = "image/access";
    public const string Vhd = "image/vhd";
}
