package kontor.interop;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.edc.iam.decentralizedclaims.spi.SecureTokenService;
import org.eclipse.edc.policy.context.request.spi.RequestCatalogPolicyContext;
import org.eclipse.edc.policy.context.request.spi.RequestContractNegotiationPolicyContext;
import org.eclipse.edc.policy.context.request.spi.RequestPolicyContext;
import org.eclipse.edc.policy.context.request.spi.RequestTransferProcessPolicyContext;
import org.eclipse.edc.policy.engine.spi.PolicyEngine;
import org.eclipse.edc.policy.model.Policy;
import org.eclipse.edc.runtime.metamodel.annotation.Inject;
import org.eclipse.edc.runtime.metamodel.annotation.Provider;
import org.eclipse.edc.spi.iam.TokenRepresentation;
import org.eclipse.edc.spi.result.Result;
import org.eclipse.edc.spi.system.ServiceExtension;
import org.eclipse.edc.spi.system.ServiceExtensionContext;
import org.eclipse.edc.spi.types.TypeManager;

/**
 * What the connector is shipped without: the client of a token service, of which no release is served, and the scope that it
 * asks its counter-parties for and grants them in return.
 */
public class InteropIdentity implements ServiceExtension, SecureTokenService {
    private final HttpClient client = HttpClient.newHttpClient();
    @Inject
    private PolicyEngine policies;
    @Inject
    private TypeManager types;
    private String scope;
    private URI tokens;
    private Map<String, String> account;

    @Override
    public void initialize(ServiceExtensionContext context) {
        var settings = context.getConfig("interop.identity");
        scope = settings.getString("scope");
        tokens = URI.create(settings.getString("token.url"));
        account = Map.of("grant_type", "client_credentials", "client_id", settings.getString("client"),
                "client_secret", settings.getString("secret"));
        policies.registerPostValidator(RequestCatalogPolicyContext.class, this::asks);
        policies.registerPostValidator(RequestContractNegotiationPolicyContext.class, this::asks);
        policies.registerPostValidator(RequestTransferProcessPolicyContext.class, this::asks);
    }

    @Provider
    public SecureTokenService tokens() {
        return this;
    }

    private boolean asks(Policy policy, RequestPolicyContext context) {
        context.requestScopeBuilder().scope(scope);
        return true;
    }

    @Override
    public Result<TokenRepresentation> createToken(String participant, Map<String, Object> claims, String granted) {
        var form = new LinkedHashMap<>(account);
        form.put("audience", String.valueOf(claims.get("aud")));
        if (granted != null) form.put("bearer_access_scope", granted);
        if (claims.get("token") != null) form.put("token", String.valueOf(claims.get("token")));
        var request = HttpRequest.newBuilder(tokens)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(written(form)))
                .build();
        try {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) return Result.failure("the token service answers " + answer.statusCode());
            var token = types.getMapper().readTree(answer.body()).get("access_token").asText();
            return Result.success(TokenRepresentation.Builder.newInstance().token(token).build());
        } catch (IOException | InterruptedException failed) {
            return Result.failure("the token service does not answer: " + failed);
        }
    }

    private static String written(Map<String, String> form) {
        return form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
