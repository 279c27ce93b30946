using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Says what wakes a controller. The controller's own kind always does.</summary>
public sealed class ControllerBuilder<TKind>
    where TKind : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly IServiceCollection services;

    internal ControllerBuilder(IServiceCollection services) => this.services = services;

    internal ControllerOptions Options { get; } = new();

    internal List<EventPredicate<TKind>> Predicates { get; } = [];

    internal List<Func<IServiceProvider, Action<ObjectKey>, IDisposable>> Sources { get; } = [];

    /// <summary>Sets workers, back-off and limits.</summary>
    public ControllerBuilder<TKind> Configure(Action<ControllerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Options);
        return this;
    }

    /// <summary>Lets only changes of the controller's own kind through that any of the predicates accepts. Additions and deletions always pass.</summary>
    public ControllerBuilder<TKind> When(params EventPredicate<TKind>[] anyOf)
    {
        Predicates.AddRange(anyOf);
        return this;
    }

    /// <summary>
    /// Something else than an object wakes keys. It is given the way to wake them when the controller starts, before what is said after it; what it
    /// returns is disposed of when the controller stops.
    /// </summary>
    public ControllerBuilder<TKind> Source(Func<IServiceProvider, Action<ObjectKey>, IDisposable> connect)
    {
        Sources.Add(connect);
        return this;
    }

    /// <summary>An object of <typeparamref name="TChild"/> whose controller is a <typeparamref name="TKind"/> wakes its owner.</summary>
    public ControllerBuilder<TKind> Owns<TChild>(params EventPredicate<TChild>[] anyOf)
        where TChild : class, IKubernetesObject<V1ObjectMeta>
    {
        var owner = ResourceKind.Of<TKind>();
        return Watches<TChild>(child => OwnerKeys.OfController(child, owner), anyOf);
    }

    /// <summary>An object of <typeparamref name="T"/> wakes the keys that the function finds. Both the old and the new state of a changed object are asked.</summary>
    public ControllerBuilder<TKind> Watches<T>(Func<T, IEnumerable<ObjectKey>> map, params EventPredicate<T>[] anyOf)
        where T : class, IKubernetesObject<V1ObjectMeta> => Watches(_ => map, anyOf);

    /// <summary>The same, with a function that is made from services, for example to look keys up in an <see cref="IStore{T}"/>.</summary>
    public ControllerBuilder<TKind> Watches<T>(Func<IServiceProvider, Func<T, IEnumerable<ObjectKey>>> mapFactory, params EventPredicate<T>[] anyOf)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        services.AddInformer<T>();
        Sources.Add((provider, enqueue) => provider.GetRequiredService<IInformer<T>>().AddHandler(new MappedSource<T>(mapFactory(provider), anyOf, enqueue).Handle));
        return this;
    }
}
