"""Member sites: somebody else's sites, that know MGEN Connect by its issuer address alone.

Nothing here imports `idp`: what these sites do, any site can do with a standard client library, an
issuer address, a client id and a secret. `common` is what they share; each site is one package.
"""
