using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Access;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Flux;
using ImageOperator.Controller.Logs;
using ImageOperator.Controller.Manifests;
using ImageOperator.Controller.Metrics;
using ImageOperator.Controller.Platforms;
using ImageOperator.Controller.Pods;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Templates;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Hosting;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Hosting;

/// <summary>Putting the operator into a host.</summary>
internal static class ServiceCollectionExtensions
{
    public static IServiceCollection AddImageOperator(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OperatorOptions>().Bind(configuration).PostConfigure(o => o.Otlp.FillFromEnvironment()).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidator>();
        services.AddControllerRuntime(_ => { });
        services.AddOptions<ControllerRuntimeOptions>().Configure<IOptions<OperatorOptions>>((runtime, options) => Configure(runtime, options.Value));
        services.AddSingleton(p => Policy(p.GetRequiredService<IOptions<OperatorOptions>>().Value));
        services.AddSingleton(p => PodFactoryOf(p.GetRequiredService<IOptions<OperatorOptions>>().Value));
        services.AddSingleton(p => p.GetRequiredService<IOptions<OperatorOptions>>().Value.Probe.ToPolicy()).AddSingleton<ProbePods>();
        services.AddSingleton<IGarbage, Garbage>().AddHostedService<IdleTrim>();
        services.AddSingleton<NamespaceSalt>().AddSingleton<ResultsBook>().AddSingleton<EarlierResults>();
        services.AddSingleton<BuilderAccess>().AddSingleton<ManifestWriter>().AddSingleton<PodCreator>().AddSingleton<PlatformFinder>().AddSingleton<FluxFinder>().AddSingleton<BuildGatherer>().AddSingleton<BuildActor>().AddSingleton<BuildMemories>().AddSingleton<ProgressPace>();
        services.AddQueue(configuration);
        services.AddSingleton<BuildCensus>().AddSingleton<BuildMetrics>().AddSingleton<BuildRecord>().AddSingleton<StrayMetrics>();
        if (configuration.GetValue($"{nameof(OperatorOptions.Logs)}:{nameof(LogOptions.Keep)}", new LogOptions().Keep))
        {
            services.AddSingleton<LogKeeper>();
            services.AddController<LogReconciler, V1Pod>(c => c.Configure(o => o.Workers = 2).When(Changed.ResourceVersion));
        }

        // With rights in one namespace only there is nothing of the cluster to watch.
        var cluster = string.IsNullOrEmpty(configuration.GetValue<string>(nameof(OperatorOptions.WatchNamespace)));
        services.AddReconcilers(configuration.GetValue(nameof(OperatorOptions.Workers), new OperatorOptions().Workers), cluster);
        return cluster ? services.AddClusterReconcilers() : services;
    }

    private static IServiceCollection AddReconcilers(this IServiceCollection services, int workers, bool cluster)
    {
        services.AddInformer<V1Pod>(o =>
        {
            o.LabelSelector = Labels.Role;
            o.Keep = CachedForm.Of;
            o.Pack = CachedForm.IsEnded;
            o.AddIndex(BuildCensus.PendingPodsIndex, BuildCensus.IsPending);
        });
        services.AddInformer<ImageBuild>(o =>
        {
            o.Keep = CachedForm.Of;
            o.Pack = CachedForm.IsEnded;
            BuildIndexes.AddTo(o);
        });
        services.AddController<ImageTemplateReconciler, ImageTemplate>(c =>
        {
            c.Configure(o => o.Workers = Math.Max(1, workers / 2)).When(Changed.Generation, Changed.Annotations).Watches<ImagePlatform>(TemplatesOn<ImageTemplate>, Changed.Generation);
            if (cluster) c.Watches<ClusterImagePlatform>(TemplatesOn<ImageTemplate>, Changed.Generation);
        });
        services.AddController<ImagePlatformReconciler, ImagePlatform>(c => c
            .Configure(o => o.Workers = Math.Max(1, workers / 2))
            .When(Changed.Generation, Changed.Annotations)
            .Owns<V1Pod>(Changed.ResourceVersion));
        services.AddController<BuildReconciler, ImageBuild>(c =>
        {
            c.Configure(o => o.Workers = workers)
                .Source((p, reconcile) => p.GetRequiredService<AdmissionQueue>().Lead(reconcile))
                .When(Changed.ResourceVersion)
                .Owns<V1Pod>(Changed.ResourceVersion)
                .Watches<ImageTemplate>(WaitingFor, Changed.Generation)
                .Watches<ImagePlatform>(WaitingFor, Changed.ResourceVersion);
            if (cluster) c.Watches<ClusterImageTemplate>(WaitingFor, Changed.Generation).Watches<ClusterImagePlatform>(WaitingFor, Changed.ResourceVersion);
        });
        return services;
    }

    private static IServiceCollection AddClusterReconcilers(this IServiceCollection services)
    {
        services.AddController<ClusterImageTemplateReconciler, ClusterImageTemplate>(c => c
            .Configure(o => o.Workers = 1)
            .When(Changed.Generation, Changed.Annotations)
            .Watches<ClusterImagePlatform>(TemplatesOn<ClusterImageTemplate>, Changed.Generation));
        services.AddController<ClusterImagePlatformReconciler, ClusterImagePlatform>(c => c
            .Configure(o => o.Workers = 1)
            .When(Changed.Generation, Changed.Annotations)
            .Watches<V1Pod>(OwningPlatform, Changed.ResourceVersion));
        return services;
    }

    /// <summary>The templates whose targets refer to a platform: what they say of it may be wrong by now.</summary>
    private static Func<IPlatformObject, IEnumerable<ObjectKey>> TemplatesOn<T>(IServiceProvider provider)
        where T : class, ITemplateObject
    {
        var templates = provider.GetRequiredService<IStore<T>>();
        return platform => templates.List(platform.Metadata.NamespaceProperty)
            .Where(t => t.Content.Targets.Any(target => target.PlatformRef is { } r && r.Name == platform.Metadata.Name && (r.Kind == PlatformKind.ClusterImagePlatform) == platform is ClusterImagePlatform))
            .Select(ObjectKey.Of);
    }

    /// <summary>Of a pod in a namespace the owner that stands beside namespaces.</summary>
    private static IEnumerable<ObjectKey> OwningPlatform(V1Pod pod) =>
        (pod.Metadata.OwnerReferences ?? []).Where(o => o.Controller == true && o.Kind == ClusterImagePlatform.KindName).Select(o => new ObjectKey("", o.Name));

    /// <summary>Builds that wait for a template or a platform: GitOps applies in any order. One of the cluster concerns all namespaces.</summary>
    private static Func<IKubernetesObject<V1ObjectMeta>, IEnumerable<ObjectKey>> WaitingFor(IServiceProvider provider)
    {
        var builds = provider.GetRequiredService<IStore<ImageBuild>>();
        return obj => builds.ByIndex(BuildIndexes.Waiting, obj.Metadata.NamespaceProperty is { Length: > 0 } @namespace ? @namespace : BuildIndexes.AnyNamespace).Select(ObjectKey.Of);
    }

    private static PodFactory PodFactoryOf(OperatorOptions options) => new(options.Builder, options.Otlp, options.Logs);

    private static BuildPolicy Policy(OperatorOptions options) => new()
    {
        PodStartTimeout = options.PodStartTimeout,
        TraceRatio = options.Otlp.IsEnabled ? options.Otlp.SampleRatio : 0,
    };

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
