using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Access;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Logs;
using ImageOperator.Controller.Metrics;
using ImageOperator.Controller.Pods;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Templates;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Hosting;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Hosting;

/// <summary>Putting the operator into a host.</summary>
internal static class ServiceCollectionExtensions
{
    private const string ByTemplate = "templateRef";

    public static IServiceCollection AddImageOperator(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OperatorOptions>().Bind(configuration).PostConfigure(o => o.Otlp.FillFromEnvironment()).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidator>();
        services.AddControllerRuntime(_ => { });
        services.AddOptions<ControllerRuntimeOptions>().Configure<IOptions<OperatorOptions>>((runtime, options) => Configure(runtime, options.Value));
        services.AddSingleton(p => Policy(p.GetRequiredService<IOptions<OperatorOptions>>().Value));
        services.AddSingleton(p => PodFactoryOf(p.GetRequiredService<IOptions<OperatorOptions>>().Value));
        services.AddSingleton<NamespaceSalt>().AddSingleton<EarlierResults>();
        services.AddSingleton<BuilderAccess>().AddSingleton<PodCreator>().AddSingleton<BuildGatherer>().AddSingleton<BuildActor>().AddSingleton<BuildMemories>();
        services.AddQueue(configuration);
        services.AddSingleton<BuildCensus>().AddSingleton<BuildMetrics>().AddSingleton<BuildRecord>();
        if (configuration.GetValue($"{nameof(OperatorOptions.Logs)}:{nameof(LogOptions.Keep)}", new LogOptions().Keep))
        {
            services.AddSingleton<LogKeeper>();
            services.AddController<LogReconciler, V1Pod>(c => c.Configure(o => o.Workers = 2).When(Changed.ResourceVersion));
        }

        return services.AddReconcilers(configuration.GetValue(nameof(OperatorOptions.Workers), new OperatorOptions().Workers));
    }

    private static IServiceCollection AddReconcilers(this IServiceCollection services, int workers)
    {
        services.AddInformer<V1Pod>(o => o.LabelSelector = Labels.BuildUid);
        services.AddInformer<ImageBuild>(o => o
            .AddIndex(ByTemplate, b => b.Spec.TemplateRef is { } t ? [Index(b.Metadata.NamespaceProperty, t.Name)] : [])
            .AddIndex(EarlierResults.Index, EarlierResults.IndexOf));
        services.AddController<TemplateReconciler, ImageTemplate>(c => c
            .Configure(o => o.Workers = Math.Max(1, workers / 2))
            .When(Changed.Generation, Changed.Annotations));
        services.AddController<BuildReconciler, ImageBuild>(c => c
            .Configure(o => o.Workers = workers)
            .Source((p, reconcile) => p.GetRequiredService<AdmissionQueue>().Lead(reconcile))
            .When(Changed.ResourceVersion)
            .Owns<V1Pod>(Changed.ResourceVersion)
            .Watches<ImageTemplate>(p => WaitingFor(p.GetRequiredService<IStore<ImageBuild>>()), Changed.Generation));
        return services;
    }

    /// <summary>Builds that wait for a template: GitOps applies in any order.</summary>
    private static Func<ImageTemplate, IEnumerable<ObjectKey>> WaitingFor(IStore<ImageBuild> builds) => template =>
        builds.ByIndex(ByTemplate, Index(template.Metadata.NamespaceProperty, template.Metadata.Name))
            .Where(b => b.Status?.Template is null).Select(ObjectKey.Of);

    private static PodFactory PodFactoryOf(OperatorOptions options) => new(options.Builder, options.Otlp);

    private static BuildPolicy Policy(OperatorOptions options) => new()
    {
        PodStartTimeout = options.PodStartTimeout,
        TraceRatio = options.Otlp.IsEnabled ? options.Otlp.SampleRatio : 0,
    };

    private static string Index(string @namespace, string name) => $"{@namespace}/{name}";

    private static void Configure(ControllerRuntimeOptions runtime, OperatorOptions options)
    {
        runtime.Name = FieldManagers.Operator;
        runtime.WatchNamespace = options.WatchNamespace;
        runtime.KubeconfigPath = options.Kubeconfig;
        runtime.LeaderElection.Enabled = options.LeaderElection.Enabled;
        runtime.LeaderElection.Namespace = options.LeaderElection.Namespace;
        runtime.LeaderElection.LeaseName = options.LeaderElection.Name;
        runtime.LeaderElection.LeaseDuration = options.LeaderElection.LeaseDuration;
        runtime.LeaderElection.RenewDeadline = options.LeaderElection.RenewDeadline;
        runtime.LeaderElection.RetryPeriod = options.LeaderElection.RetryPeriod;
    }
}
