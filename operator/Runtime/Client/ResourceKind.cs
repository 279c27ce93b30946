using System.Collections.Concurrent;
using System.Reflection;
using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>Group, version, kind and plural of a resource, as its <see cref="KubernetesEntityAttribute"/> says.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Plural">Plural resource name, as in the URL.</param>
public sealed record ResourceKind(string Group, string Version, string Kind, string Plural)
{
    private static readonly ConcurrentDictionary<Type, ResourceKind> Known = new();

    /// <summary><c>group/version</c>, or <c>version</c> in the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Reads the kind off <typeparamref name="T"/>.</summary>
    public static ResourceKind Of<T>() => Of(typeof(T));

    /// <summary>Reads the kind off a type that carries <see cref="KubernetesEntityAttribute"/>.</summary>
    public static ResourceKind Of(Type type) => Known.GetOrAdd(type, static t =>
    {
        var entity = t.GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new InvalidOperationException($"{t.FullName} carries no [KubernetesEntity]");
        return new(entity.Group ?? "", entity.ApiVersion, entity.Kind, entity.PluralName);
    });

    /// <summary>The resource's URL path, relative to the server.</summary>
    internal string Path(string @namespace, string? name = null, string? subresource = null)
    {
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        var scope = @namespace.Length == 0 ? "" : $"/namespaces/{Uri.EscapeDataString(@namespace)}";
        var item = name is null ? "" : $"/{Uri.EscapeDataString(name)}";
        return $"{root}{scope}/{Plural}{item}{(subresource is null ? "" : $"/{subresource}")}";
    }
}
