using System.Reflection;
using System.Runtime.CompilerServices;

namespace ImageOperator.Architecture.Tests;

public sealed class AssemblyTests
{
    private static readonly string[] WithoutKubernetes =
    [
        "ImageOperator.Engine", "ImageOperator.Provisioners", "ImageOperator.Platforms.*", "ImageOperator.Communicators.*",
        "ImageOperator.Downloads", "ImageOperator.Registries", "ImageOperator.Workspaces", "ImageOperator.Publishing",
    ];

    public static TheoryData<string> Assemblies() => [.. Loaded.Keys.Order(StringComparer.Ordinal)];

    private static Dictionary<string, Assembly> Loaded { get; } = Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
        .Select(f => Path.GetFileNameWithoutExtension(f))
        .Where(n => (n.StartsWith("ImageOperator.", StringComparison.Ordinal) && !n.EndsWith(".Tests", StringComparison.Ordinal))
            || n is "image-operator" or "image-builder" or "imagectl")
        .ToDictionary(n => n, Assembly.Load);

    [Fact]
    public void AllProjects_AreLookedAt() =>
        Assert.Equal(Repository.Instance.Projects.Count(p => p.Product is not null), Loaded.Count);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Kubernetes_IsNotKnownBelowThePrograms(string name)
    {
        if (!WithoutKubernetes.Any(w => w == name || (w.EndsWith('*') && name.StartsWith(w[..^1], StringComparison.Ordinal)))) return;

        Assert.DoesNotContain(Loaded[name].GetReferencedAssemblies(), a => a.Name == "KubernetesClient");
    }

    [Fact]
    public void Kubernetes_WouldBeSeen() =>
        Assert.Contains(Loaded["ImageOperator.Runtime"].GetReferencedAssemblies(), a => a.Name == "KubernetesClient");

    [Fact]
    public void Api_KnowsOnlyModelsAndInterfacesOfKubernetes()
    {
        var used = MemberTypes(Loaded["ImageOperator.Api"]).Where(t => t.Assembly.GetName().Name == "KubernetesClient")
            .Where(t => t.Namespace != "k8s.Models" && !t.IsInterface);

        Assert.Empty(used.Select(t => t.FullName));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Class_IsSealedUnlessInherited(string name)
    {
        var types = Types(Loaded[name]);
        var bases = Loaded.Values.SelectMany(Types).Select(t => t.BaseType).OfType<Type>().Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t).ToHashSet();

        Assert.Empty(types.Where(t => Rules.IsNeedlesslyOpen(t, bases)).Select(t => t.FullName));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Type_HasAName_ThatSaysWhatItIs(string name) => Assert.Empty(Types(Loaded[name]).Where(t => Rules.IsBannedName(t.Name)).Select(t => t.FullName));

    [Theory]
    [InlineData("image-operator")]
    [InlineData("image-builder")]
    [InlineData("imagectl")]
    public void Program_HasNoPublicTypes(string name) => Assert.Empty(Types(Loaded[name]).Where(t => t.IsPublic && t.Name != "Program").Select(t => t.FullName));

    [Fact]
    public void OpenClass_WouldBeSeen()
    {
        Assert.True(Rules.IsNeedlesslyOpen(typeof(Open), new HashSet<Type>()));
        Assert.False(Rules.IsNeedlesslyOpen(typeof(Open), new HashSet<Type> { typeof(Open) }));
    }

    [Theory]
    [InlineData("StringHelper", true)]
    [InlineData("BuildManager", true)]
    [InlineData("PathUtils", true)]
    [InlineData("FieldManagers", false)]
    [InlineData("TargetRecord", false)]
    public void BannedName_WouldBeSeen(string name, bool banned) => Assert.Equal(banned, Rules.IsBannedName(name));

    private static Type[] Types(Assembly assembly) =>
        [.. assembly.GetTypes().Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute), false) && !IsGenerated(t))];

    private static bool IsGenerated(Type type) =>
        type.FullName!.Contains('<', StringComparison.Ordinal) || type.Namespace?.StartsWith("ImageOperator", StringComparison.Ordinal) != true;

    private static IEnumerable<Type> MemberTypes(Assembly assembly)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return Types(assembly).SelectMany(t => t.GetProperties(All).Select(p => p.PropertyType)
            .Concat(t.GetFields(All).Select(f => f.FieldType))
            .Concat(t.GetMethods(All).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            .Concat(t.GetInterfaces())).SelectMany(t => t.IsGenericType ? t.GetGenericArguments().Append(t.GetGenericTypeDefinition()) : [t]).Distinct();
    }

#pragma warning disable CA1852 // The rule's own example of a class that should be sealed.
    private class Open;
#pragma warning restore CA1852
}
