namespace ImageOperator.Controller.SelfTest;

/// <summary>What <c>image-operator selftest</c> is told.</summary>
internal sealed class SelfTestOptions
{
    /// <summary>Where the test's objects are made; the operator must watch it.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>How long the operator may take for everything.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The admission webhook is expected to be there.</summary>
    public bool Webhook { get; set; }

    /// <summary>A kubeconfig instead of the pod's service account.</summary>
    public string? Kubeconfig { get; set; }

    /// <exception cref="ArgumentException">Something is missing.</exception>
    public static SelfTestOptions Read(string[] arguments)
    {
        var options = new ConfigurationBuilder().AddCommandLine(arguments).Build().Get<SelfTestOptions>() ?? new();
        if (options.Namespace.Length == 0) throw new ArgumentException("selftest: --Namespace is required: where the test's objects are made");
        if (options.Timeout <= TimeSpan.Zero) throw new ArgumentException("selftest: --Timeout must be positive, such as 00:02:00");
        return options;
    }
}
