extension StopWords {
    static let englishList = """
        a about above according across after afterwards again against ago ain't all almost alone along already also
        although always am among amongst an and another any anybody anyhow anyone anything anyway anyways anywhere
        apart are aren't arent around as aside at away back be became because become becomes becoming been before
        beforehand behind being below beneath beside besides between beyond both but by
        called came can can't cannot cant come comes coming could couldn't couldnt
        despite did didn't didnt do does doesn't doesnt doing don't done dont down during
        e.g each eg eight either else elsewhere enough especially etc even ever every everybody everyone everything
        everywhere except few first five for former formerly forth four from further furthermore
        gave get gets getting give given gives giving go goes going gone gonna got gotta gotten
        had hadn't hadnt has hasn't hasnt have haven't havent having he he'd he'll he's hence her here here's hereby
        herein hers herself him himself his how how'd how's however
        i i'd i'll i'm i've i.e ie if im in indeed inside instead into is isn't isnt it it'd it'll it's its itself ive
        just keep keeps kept kind last lately later latter least less lest let let's lets like likely
        made mainly make makes making many may maybe me mean means meant meanwhile might mightn't mine more moreover
        most mostly much must mustn't mustnt my myself namely near nearly necessary need needn't neither never
        nevertheless nine no nobody none nonetheless noone nor not nothing now nowhere
        of off often oh ok okay on once one ones only onto or other others otherwise ought our ours ourselves out
        outside over overall own per perhaps please possible possibly probably put puts
        quite rather re real really regarding same second see seem seemed seeming seems seen seven several shall
        shan't she she'd she'll she's should shouldn't shouldnt since six so some somebody somehow someone something
        sometime sometimes somewhat somewhere soon still such
        take taken takes taking ten than thank thanks that that'd that'll that's thats the their theirs them
        themselves then thence there there's thereafter thereby therefore therein thereupon these they they'd they'll
        they're they've theyre theyve thing things third this those though three through throughout thru thus till to
        together too took toward towards tried truly try trying twice two
        under underneath unless unlike unlikely until unto up upon us use used uses using usually
        various very via want wanted wants was wasn't wasnt way we we'd we'll we're we've well went were weren't
        werent what what'd what'll what's whatever whats when when's whence whenever where where's whereas whereby
        wherein whereupon wherever whether which whichever while who who'd who'll who's whoever whole whom whose why
        why's will with within without won't wont would wouldn't wouldnt
        yeah yes yet you you'd you'll you're you've youd youll your youre yours yourself yourselves youve
        """
}
