namespace ImageOperator.Api.Common;

/// <summary>The forms of names that Kubernetes accepts.</summary>
public static class Names
{
    /// <summary>RFC 1123 subdomain: the name of most objects.</summary>
    public const string SubdomainPattern = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

    /// <summary>RFC 1123 label: names that become part of a pod's name.</summary>
    public const string LabelPattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    /// <summary>A parameter's name: what may stand in <c>$(params.NAME)</c>.</summary>
    public const string ParameterPattern = "^[a-zA-Z_][a-zA-Z0-9_-]*$";
}
