package kontor.interop;

import java.util.List;
import java.util.Map;
import org.eclipse.edc.identityhub.spi.participantcontext.ParticipantContextService;
import org.eclipse.edc.identityhub.spi.participantcontext.model.KeyDescriptor;
import org.eclipse.edc.identityhub.spi.participantcontext.model.ParticipantManifest;
import org.eclipse.edc.runtime.metamodel.annotation.Inject;
import org.eclipse.edc.spi.system.ServiceExtension;

/** The first user of a hub, who makes all others over its API. Every hub has to bring one; the key of the API is printed. */
public class HubAdministrator implements ServiceExtension {
    @Inject
    private ParticipantContextService participants;

    @Override
    public void start() {
        var name = "administrator";
        var key = KeyDescriptor.Builder.newInstance()
                .keyId(name + "-key")
                .privateKeyAlias(name + "-key")
                .keyGeneratorParams(Map.of("algorithm", "EC", "curve", "secp256r1"))
                .build();
        var made = participants.createParticipantContext(ParticipantManifest.Builder.newInstance()
                .participantContextId(name)
                .did("did:web:administrator.example")
                .key(key)
                .roles(List.of("admin"))
                .active(true)
                .build());
        if (made.failed()) throw new IllegalStateException(made.getFailureDetail());
        System.out.printf("ADMINISTRATOR %s%n", made.getContent().apiKey());
    }
}
