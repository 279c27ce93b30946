using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Events;
using ImageOperator.Runtime.Health;
using ImageOperator.Runtime.Hosting;
using ImageOperator.Runtime.Leadership;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageOperator.Runtime;

/// <summary>Putting the runtime into a host.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds the client, the event recorder, the status writer, leader election, health and the hosted service that runs it all. Options are validated at start.
    /// Of use to others: <c>IClient</c>, <c>IEventRecorder</c>, <c>IStatusWriter</c>, <c>ILeadership</c>, <c>Healthz</c>, <c>Readyz</c>, <c>RuntimeExit</c>, <c>IStore&lt;T&gt;</c>, <c>TimeProvider</c>.
    /// </summary>
    public static IServiceCollection AddControllerRuntime(this IServiceCollection services, Action<ControllerRuntimeOptions> configure)
    {
        services.AddOptions<ControllerRuntimeOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ControllerRuntimeOptions>, ControllerRuntimeOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RuntimeMetrics>();
        services.TryAddSingleton<RuntimeExit>();
        services.TryAddSingleton<Healthz>();
        services.TryAddSingleton<Readyz>();
        services.TryAddSingleton(p => KubernetesFactory.Create(Options(p).KubeconfigPath, Options(p).Name));
        services.TryAddSingleton<IKubernetes>(p => p.GetRequiredService<Kubernetes>());
        services.TryAddSingleton(p => new ApiTransport(p.GetRequiredService<Kubernetes>(), Options(p).RequestTimeout, p.GetRequiredService<RuntimeMetrics>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IClient, ApiClient>();
        services.TryAddSingleton<IPodLogs, PodLogs>();
        services.TryAddSingleton<IStatusWriter>(p => new StatusWriter(p.GetRequiredService<IClient>(), Options(p).Name));
        services.TryAddSingleton(p => ActivatorUtilities.CreateInstance<EventRecorder>(p, Options(p).Name, InstanceOf(Options(p))));
        services.TryAddSingleton<IEventRecorder>(p => p.GetRequiredService<EventRecorder>());
        services.TryAddSingleton(p => ActivatorUtilities.CreateInstance<LeaderElector>(p, Options(p).LeaderElection));
        services.TryAddSingleton<ILeadership>(p => p.GetRequiredService<LeaderElector>());
        services.AddHostedService<ControllerRuntimeService>();
        return services;
    }

    /// <summary>Adds an informer, and with it <see cref="IInformer{T}"/> and <see cref="IStore{T}"/>. Adding it again only adds the configuration.</summary>
    public static IServiceCollection AddInformer<T>(this IServiceCollection services, Action<InformerOptions<T>>? configure = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.Any(s => s.ServiceType == typeof(Informer<T>)))
        {
            return services;
        }

        services.AddOptions<InformerOptions<T>>().PostConfigure<IOptions<ControllerRuntimeOptions>>((o, runtime) => o.Namespace ??= runtime.Value.WatchNamespace);
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<Informer<T>>(p, p.GetRequiredService<IOptions<InformerOptions<T>>>().Value));
        services.AddSingleton<IInformerRunner>(p => p.GetRequiredService<Informer<T>>());
        services.AddSingleton<IInformer<T>>(p => p.GetRequiredService<Informer<T>>());
        services.AddSingleton(p => p.GetRequiredService<IInformer<T>>().Store);
        return services;
    }

    /// <summary>Adds a controller that reconciles <typeparamref name="TKind"/>; it runs only while this process leads. The reconciler is a singleton.</summary>
    public static IServiceCollection AddController<TReconciler, TKind>(this IServiceCollection services, Action<ControllerBuilder<TKind>>? build = null)
        where TReconciler : class, IReconciler
        where TKind : class, IKubernetesObject<V1ObjectMeta>
    {
        var builder = new ControllerBuilder<TKind>(services);
        build?.Invoke(builder);
        builder.Watches<TKind>(obj => [ObjectKey.Of(obj)], [.. builder.Predicates]);
        services.TryAddSingleton<TReconciler>();
        services.AddSingleton<IControllerRunner>(p => new Controller(
            typeof(TReconciler).Name,
            p.GetRequiredService<TReconciler>(),
            builder.Options,
            [.. builder.Sources.Select(connect => (Func<Action<ObjectKey>, IDisposable>)(enqueue => connect(p, enqueue)))],
            p.GetRequiredService<RuntimeMetrics>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<Controller>>()));
        return services;
    }

    private static ControllerRuntimeOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ControllerRuntimeOptions>>().Value;

    private static string InstanceOf(ControllerRuntimeOptions options) => options.Instance.Length > 0 ? options.Instance : Environment.MachineName;
}
