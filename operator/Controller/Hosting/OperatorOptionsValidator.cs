using System.Net;
using ImageOperator.Controller.Webhooks;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Hosting;

/// <summary>Every gap in the settings at once, before anything starts.</summary>
internal sealed class OperatorOptionsValidator : IValidateOptions<OperatorOptions>
{
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];

    public ValidateOptionsResult Validate(string? name, OperatorOptions options)
    {
        List<string> gaps = [];
        var builder = options.Builder;
        Require(builder.Image.Length > 0, "Builder:Image is required: the image with image-builder");
        Require(builder.PullPolicy is null || PullPolicies.Contains(builder.PullPolicy), "Builder:PullPolicy must be Always, IfNotPresent or Never");
        Require(builder.User >= 0, "Builder:User must not be negative");
        Require(builder.CpuOverheadMillis >= 0 && builder.MemoryOverheadMiB >= 64, "Builder: the overhead must be at least 0 millicores and 64 MiB");
        Require(builder.CpuRequestFactor is > 0 and <= 1, "Builder:CpuRequestFactor must be above 0 and at most 1");
        Require(builder.GracePeriod >= TimeSpan.FromSeconds(1), "Builder:GracePeriod must be at least 1 s");
        Require(builder.Cache.Kind != CacheKind.HostPath || builder.Cache.HostPath.StartsWith('/'), "Builder:Cache:HostPath must be an absolute path");
        Require(builder.Cache.MaxGiB >= 0, "Builder:Cache:MaxGiB must not be negative; 0 is no limit");
        Require(builder.Cache.MaxAge == TimeSpan.Zero || builder.Cache.MaxAge >= TimeSpan.FromHours(1), "Builder:Cache:MaxAge must be an hour or more; 0 is for ever");
        Require(builder.Cache.Kind != CacheKind.PersistentVolumeClaim || builder.Cache.ClaimName.Length > 0, "Builder:Cache:ClaimName is required");
        Require(options.Probe.Interval >= TimeSpan.FromMinutes(1), "Probe:Interval must be at least 1 min");
        Require(options.Probe.Retry >= TimeSpan.FromSeconds(1) && options.Probe.Retry <= options.Probe.Interval, "Probe:Retry must be from 1 s to Probe:Interval");
        Require(options.Probe.Timeout >= TimeSpan.FromSeconds(10), "Probe:Timeout must be at least 10 s");
        Require(options.HealthPort is >= 0 and <= 65535, "HealthPort must be between 0 and 65535");
        Require(options.Workers is >= 1 and <= 64, "Workers must be between 1 and 64");
        Require(options.PodStartTimeout > TimeSpan.Zero, "PodStartTimeout must be positive");
        Require(options.Limits.ConcurrentBuilds is null or >= 0, "Limits:ConcurrentBuilds must not be negative; leave it out for no limit");
        Require(options.Limits.ConcurrentBuildsPerNamespace is null or >= 0, "Limits:ConcurrentBuildsPerNamespace must not be negative; leave it out for no limit");
        Require(!options.LeaderElection.Enabled || options.LeaderElection.Namespace.Length > 0, "LeaderElection:Namespace is required");
        var webhook = options.Webhook;
        Require(webhook.Port is >= 0 and <= 65535, "Webhook:Port must be between 0 and 65535");
        Require(!webhook.Enabled || webhook.Port == 0 || webhook.Port != options.HealthPort, "Webhook:Port must be another than HealthPort");
        Require(!webhook.Enabled || webhook.Port == 0 || webhook.Port != options.Metrics.Port, "Webhook:Port must be another than Metrics:Port");
        if (webhook is { Enabled: true, CertificateSource: CertificateSource.SelfManaged })
        {
            Require(webhook.Namespace.Length > 0 || options.LeaderElection.Namespace.Length > 0, "Webhook:Namespace is required: the operator's own namespace");
            Require(webhook.SecretName.Length > 0, "Webhook:SecretName is required");
            Require(webhook.ServiceName.Length > 0, "Webhook:ServiceName is required");
            Require(webhook.ConfigurationName.Length > 0, "Webhook:ConfigurationName is required");
        }

        Require(webhook is not { Enabled: true, CertificateSource: CertificateSource.Files } || webhook.CertificateDirectory.StartsWith('/'),
            "Webhook:CertificateDirectory must be an absolute path");
        Require(options.Metrics.Port is null or (>= 1 and <= 65535), "Metrics:Port must be between 1 and 65535");
        Require(options.Metrics.Port is null || options.Metrics.Port != options.HealthPort, "Metrics:Port must not be HealthPort: who may probe need not see metrics");
        Require(IPAddress.TryParse(options.Metrics.Address, out _), "Metrics:Address must be an IP address such as 0.0.0.0");
        Require(options.Logs.MaxKiB is >= 4 and <= 768, "Logs:MaxKiB must be between 4 and 768: a ConfigMap has no more room");
        Require(options.Logs.Attempts is >= 1 and <= 100, "Logs:Attempts must be between 1 and 100");
        gaps.AddRange(options.Otlp.Validate("Otlp"));
        return gaps.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(gaps);

        void Require(bool holds, string gap)
        {
            if (!holds) gaps.Add(gap);
        }
    }
}
