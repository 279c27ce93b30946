using System.Globalization;
using System.Runtime.CompilerServices;
using ImageOperator.Downloads;

namespace ImageOperator.Workspaces.Tests.Caching;

/// <summary>What the processes of <see cref="CacheEvictionTests"/> do: this assembly, started with a command of theirs, runs no tests.</summary>
internal static class CacheWorker
{
    public const string Command = "--cache-worker";
    public const int Names = 4;

    /// <summary>What a user says every now and then.</summary>
    public const string GotOn = "got on";

    private const int Size = 96 << 10;

    /// <summary>On one thread: others would wait for the end of this.</summary>
    [ModuleInitializer]
    public static void RunIfAsked()
    {
#pragma warning disable RS0030 // It is a program of its own.
        if (Environment.GetCommandLineArgs() is not [_, Command, var what, var cache, .. var rest]) return;
        Environment.Exit(Run(what, cache, rest));
#pragma warning restore RS0030
    }

    public static string PathOf(string cache, int number) => Path.Combine(cache, "sources", $"sha256-{number.ToString(CultureInfo.InvariantCulture)}");

    public static byte[] ContentOf(int number)
    {
        var content = new byte[Size];
        new Random(number).NextBytes(content);
        return content;
    }

    private static int Run(string what, string cache, string[] rest)
    {
        switch (what)
        {
            case "hold":
                using (var held = CachedFile.Hold(PathOf(cache, 0), TimeProvider.System))
                {
                    Console.Out.WriteLine(held is null ? "nothing" : "held");
#pragma warning disable RS0030 // Until it is killed.
                    Thread.Sleep(Timeout.Infinite);
#pragma warning restore RS0030
                }

                return 0;
            case "evict":
                // Until it is killed: everything that nobody uses.
                while (true) new CacheEviction(cache, new(0, null), TimeProvider.System, _ => { }).Run();
            case "use":
                return Use(cache, int.Parse(rest[0], CultureInfo.InvariantCulture), int.Parse(rest[1], CultureInfo.InvariantCulture));
            default:
                return 2;
        }
    }

    /// <summary>As builds do it: fetches what is not there, then opens it by its name again and again.</summary>
    private static int Use(string cache, int rounds, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < rounds; round++)
        {
            if (round % 25 == 24) Console.Out.WriteLine(GotOn);
            var number = random.Next(Names);
            var path = PathOf(cache, number);
            using var file = CachedFile.Hold(path, TimeProvider.System) ?? Fetch(path, number);
            for (var look = 0; look < 5; look++)
            {
                if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(ContentOf(number))) continue;
                Console.Out.WriteLine($"round {round.ToString(CultureInfo.InvariantCulture)}: {path} is not what it was, while it is in use");
                return 1;
            }
        }

        return 0;
    }

    private static CachedFile Fetch(string path, int number)
    {
        using var held = CacheLock.TakeAsync(path + CachedFile.LockSuffix, () => { }, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
        if (CachedFile.Hold(path, TimeProvider.System) is { } there) return there;
        // In pieces, so that a kill leaves a part.
        using (var partial = new FileStream(path + ".partial", FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            foreach (var piece in ContentOf(number).Chunk(16 << 10)) partial.Write(piece);
        }

        File.Move(path + ".partial", path, overwrite: true);
        return CachedFile.Hold(path, TimeProvider.System) ?? throw new InvalidOperationException($"{path} was evicted while it was fetched");
    }
}
