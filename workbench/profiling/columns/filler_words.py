"""Words that stand in most texts of a language and tell none from another: articles, pronouns, prepositions.

Of the hundred or so most frequent words of each language, those that have no subject; compiled by hand.
"""

FILLER_WORDS = {
    "English": (
        "a about after all also am an and any are as at be because been before but by can could did do does don't for "
        "from had has have he her here him his how i i'm if in into is it it's its just me more my no not now of off "
        "on one only or other our out over she so some than that the their them then there these they this to too up "
        "us very was we were what when where which who will with would you your"
    ),
    "German": (
        "aber alle als am an auch auf aus bei bin bis da das dass dem den der des die dies diese dieser doch du durch "
        "ein eine einem einen einer er es für haben hat hatte ich ihr im in ist ja kann kein keine man mein mich mir "
        "mit nach nicht noch nur oder sehr sein sich sie sind so um und uns unter vom von vor war was wenn wie wir "
        "wird wurde zu zum zur über"
    ),
    "French": (
        "au aux avec c'est ce ces cette comme d'un d'une dans de des du elle en est et il ils j'ai je la le les leur "
        "lui ma mais me mon même ne nous on ont ou où par pas plus pour qu'il que qui sa sans se ses si son sont sur "
        "un une vous à était été être"
    ),
    "Spanish": (
        "a al algo como con cuando de del desde donde e el ella en entre era es esta este está fue ha han hasta hay "
        "la las le les lo los me mi mis muy más no nos o para pero por porque que se ser si sin sobre son su sus "
        "también te tiene todo un una uno y ya yo"
    ),
    "Portuguese": (
        "a ao aos as com como da das de do dos e ela ele em era está eu foi isso mais mas me meu minha muito na nas "
        "no nos num numa não o os ou para pela pelo por quando que se sem ser seu sua são também tem um uma à é"
    ),
    "Italian": (
        "a ai al alla anche che chi ci come con da dal dalla degli dei del della delle di e gli ha ho i il in io la "
        "le lo ma mi nel nella non o per più quando questa questo se si sia sono su sul sulla un una uno è"
    ),
    "Dutch": (
        "aan als bij dan dat de der deze die dit door een en er geen had heb hebben heeft het hij hoe ik in is je kan "
        "maar me met mijn naar niet nog of om onder ook op over te tot uit van veel voor wat we wel werd wordt zal ze "
        "zich zijn zo"
    ),
    "Danish and Norwegian": (
        "af at av ble blev da de dem den der det du efter ei eller en er et etter for fordi fra før ha hadde han har "
        "havde hun hvor i ikke jeg kan kom med meg men mig min mot nå når og om op opp på seg sig som så til under ut "
        "var ved vi vil være"
    ),
    "Swedish": (
        "alla att av de dem den det du efter eller en ett från för ha hade han har hon i inte jag kan man med men mig "
        "min mot mycket nu när och om på sig sin som så till under upp ut var vara vi vid är över"
    ),
    "Polish": (
        "a ale ani bo być był była było co czy dla do gdy go i ich jak jako jego jej jest już ma mi mnie na nie o od "
        "po przez przy się są ta tak tam te tego ten to tylko tym w we z za ze że żeby"
    ),
    "Turkish": (
        "ama ben bir bu da daha de değil diye en gibi her ile ise için kadar ki mi mu mı ne o olan olarak sonra var "
        "ve veya ya yok çok şey şu"
    ),
    "Russian": (
        "а без был была было быть в во вот все всё вы где да для до его ее если есть еще ещё её же за и из или их к "
        "как когда который кто ли мне мой мы на не нет но о об он она они от по при с со так также там то только у "
        "уже что чтобы это этот я"
    ),
}
