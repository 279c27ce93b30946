namespace ImageOperator.Api;

/// <summary>The API group and version that every kind of ImageOperator lives in.</summary>
public static class GroupVersion
{
    /// <summary>The API group.</summary>
    public const string Group = "imageoperator.dev";

    /// <summary>The served and stored version.</summary>
    public const string Version = "v1alpha1";

    /// <summary>What stands in <c>apiVersion</c>.</summary>
    public const string ApiVersion = Group + "/" + Version;
}
