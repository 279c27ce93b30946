using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>A spec that has rules which its schema cannot say, or which servers without CEL drop.</summary>
internal interface IChecked
{
    /// <summary>Adds what is wrong.</summary>
    /// <param name="errors">Takes the errors.</param>
    /// <param name="path">Where the spec stands.</param>
    void Check(ErrorList errors, string path);
}
