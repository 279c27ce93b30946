using ImageOperator.Eng.ApiGenerator;
using ImageOperator.Eng.ApiGenerator.Chart;
using ImageOperator.Eng.ApiGenerator.Reference;

if (args is not ["--output", var root])
{
    Console.Error.WriteLine("usage: ApiGenerator --output REPO_ROOT");
    return 2;
}

try
{
    foreach (var (path, text) in Output.Generate().Concat(ChartOutput.Generate(root)).Concat(OptionPages.Generate(root)))
    {
        var file = new FileInfo(Path.Combine(root, path));
        // An unchanged file keeps its time, so that builds that embed it stay up to date.
        if (file.Exists && File.ReadAllText(file.FullName) == text) continue;
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
        Console.WriteLine($"wrote {path}");
    }

    return 0;
}
catch (InvalidOperationException exception)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}
