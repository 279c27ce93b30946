using ImageOperator.Api.Provisioners;

namespace ImageOperator.Api.Validation;

internal static class FileRules
{
    public static void Check(ErrorList errors, FileProvisioner file, string path)
    {
        errors.Require(file.Source is null != file.Content is null, path, "exactly one of source and content must be set");
        if (file.Direction == FileDirection.Upload)
        {
            PathRules.Inside(errors, file.Source, $"{path}.source", "the workspace");
            PathRules.OnMachine(errors, file.Destination, $"{path}.destination");
            errors.Require(file.Content is null || !file.Destination.EndsWith('/'), $"{path}.destination", "content needs a file's name: remove the trailing slash or add a name");
            return;
        }

        PathRules.OnMachine(errors, file.Source, $"{path}.source");
        PathRules.Inside(errors, file.Destination, $"{path}.destination", "the output folder");
        errors.Require(file.Content is null, $"{path}.content", "content can only be uploaded: set direction Upload, or source instead of content");
        errors.Require(file.Mode is null && file.Owner is null && file.Group is null, $"{path}.direction", "mode, owner and group apply to uploads only: remove them");
    }
}
