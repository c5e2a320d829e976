package kontor.interop;

import org.eclipse.edc.identityhub.spi.transformation.ScopeToCriterionTransformer;
import org.eclipse.edc.runtime.metamodel.annotation.Provider;
import org.eclipse.edc.spi.query.Criterion;
import org.eclipse.edc.spi.result.Result;
import org.eclipse.edc.spi.system.ServiceExtension;

/**
 * Reads scopes as the protocol writes them. What the hub is shipped with knows an alias of EDC's own, and says itself that
 * every dataspace has to replace it.
 */
public class HubScopes implements ServiceExtension {
    private static final String ALIAS = "org.eclipse.dspace.dcp.vc.type:";
    private static final String READING = ":read";

    @Provider
    public ScopeToCriterionTransformer scopes() {
        return scope -> {
            if (!scope.startsWith(ALIAS) || !scope.endsWith(READING)) return Result.failure(scope + " is no scope of a type");
            var type = scope.substring(ALIAS.length(), scope.length() - READING.length());
            return Result.success(new Criterion("verifiableCredential.credential.type", "contains", type));
        };
    }
}
