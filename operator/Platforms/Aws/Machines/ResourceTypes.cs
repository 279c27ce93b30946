namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>The types of our ledger entries.</summary>
internal static class ResourceTypes
{
    public const string KeyPair = "aws/key-pair";
    public const string SecurityGroup = "aws/security-group";
    public const string Instance = "aws/instance";

    /// <summary>An AMI with its snapshots.</summary>
    public const string Image = "aws/image";

    /// <summary>A snapshot without its AMI; only ever a stray.</summary>
    public const string Snapshot = "aws/snapshot";

    /// <summary>A volume that outlived its instance; only ever a stray.</summary>
    public const string Volume = "aws/volume";

    /// <summary>A parameter of Systems Manager that points to the AMI.</summary>
    public const string Parameter = "aws/ssm-parameter";

    /// <summary>A version of a launch template that has the AMI; its ID is its number.</summary>
    public const string LaunchTemplateVersion = "aws/launch-template-version";

    /// <summary>An AMI's taking of another one's place; its ID is the other's.</summary>
    public const string Replacement = "aws/replacement";

    /// <summary>Another account's right to copy the AMI; its ID is the account's.</summary>
    public const string Share = "aws/share";

    /// <summary>The role of a build's instance profile, with its policies; its ID is its name.</summary>
    public const string Role = "aws/iam-role";

    /// <summary>A build's instance profile; its ID is its name.</summary>
    public const string InstanceProfile = "aws/iam-instance-profile";

    /// <summary>An account's right to use a KMS key.</summary>
    public const string Grant = "aws/kms-grant";

    /// <summary>The ledger's key of the captured AMI.</summary>
    public const string ImageKey = "image";
}

/// <summary>The properties of our ledger entries.</summary>
internal static class Properties
{
    public const string ClientToken = "clientToken";
    public const string Instance = "instance";
    public const string Name = "name";
    public const string Value = "value";
    public const string Previous = "previous";

    /// <summary>The ledger's key of the AMI.</summary>
    public const string Image = "image";

    /// <summary>The AMI under its name of the time before.</summary>
    public const string Temporary = "temporary";

    /// <summary>The other AMI may be gone by our hand: there is no way back.</summary>
    public const string Begun = "begun";

    /// <summary>Snapshots, one after the other.</summary>
    public const string Snapshots = "snapshots";

    /// <summary>ARNs of policies, one after the other.</summary>
    public const string Policies = "policies";

    /// <summary>The ARN of a KMS key.</summary>
    public const string Key = "key";

    /// <summary>Whom a right is given.</summary>
    public const string Principal = "principal";

    /// <summary>The birth that its tags tell: a request that is repeated with its token must say the same.</summary>
    public const string Born = "born";
}
