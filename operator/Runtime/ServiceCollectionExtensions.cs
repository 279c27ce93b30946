using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Hosting;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

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
        throw new NotImplementedException();
    }

    /// <summary>Adds an informer, and with it <see cref="IInformer{T}"/> and <see cref="IStore{T}"/>. Adding it again only adds the configuration.</summary>
    public static IServiceCollection AddInformer<T>(this IServiceCollection services, Action<InformerOptions<T>>? configure = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        throw new NotImplementedException();
    }

    /// <summary>Adds a controller that reconciles <typeparamref name="TKind"/>; it runs only while this process leads. The reconciler is a singleton.</summary>
    public static IServiceCollection AddController<TReconciler, TKind>(this IServiceCollection services, Action<ControllerBuilder<TKind>>? build = null)
        where TReconciler : class, IReconciler
        where TKind : class, IKubernetesObject<V1ObjectMeta>
    {
        throw new NotImplementedException();
    }
}
