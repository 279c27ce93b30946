using ImageOperator.Controller.Hosting;
using ImageOperator.Runtime.Hosting;
using Microsoft.Extensions.Options;

const int Usage = 2;

try
{
    var app = OperatorHost.Build(args);
    await using (app.ConfigureAwait(false))
    {
        await app.RunAsync().ConfigureAwait(false);
        return app.Services.GetRequiredService<RuntimeExit>().Code;
    }
}
catch (OptionsValidationException e)
{
    foreach (var gap in e.Failures) await Console.Error.WriteLineAsync(gap).ConfigureAwait(false);
    return Usage;
}
catch (Exception e) when (e is ArgumentException or FileNotFoundException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
    return Usage;
}
