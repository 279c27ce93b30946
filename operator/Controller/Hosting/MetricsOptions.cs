namespace ImageOperator.Controller.Hosting;

/// <summary>Settings of <c>/metrics</c>.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The port of <c>/metrics</c>; unset serves none.</summary>
    public int? Port { get; set; }

    /// <summary>The address it listens on: loopback unless set, for there is no login. <c>0.0.0.0</c> or <c>::</c> is every one.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Gives each build's figures its namespace as a label. Off: the number of series then does not grow with the number of namespaces.</summary>
    public bool NamespaceLabel { get; set; }
}
