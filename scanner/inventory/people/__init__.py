"""People as the record knows them: their public keys, what they signed, and what that is worth.

A person is a number of the policy's register and a key. The private key lies in the key folder, encrypted under a passphrase;
the public one stands in the record, signed by itself and by others, and only the record says which key is in force.
"""
